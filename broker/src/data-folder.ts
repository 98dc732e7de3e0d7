import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface DataFolder {
  readonly folder: string;
  /** Kafka's `log.dirs`. */
  readonly logFolder: string;
  readonly propertiesFile: string;
  /** What the Java process writes to its standard output and error. */
  readonly logFile: string;
  /** Who uses this folder, or did last. */
  readonly holderFile: string;
  /** Nobody needs it when this process is gone. */
  readonly temporary: boolean;
}

const layout = (folder: string, temporary: boolean): DataFolder => ({
  folder,
  logFolder: path.join(folder, 'log'),
  propertiesFile: path.join(folder, 'server.properties'),
  logFile: path.join(folder, 'server.out'),
  holderFile: path.join(folder, 'broker.json'),
  temporary,
});

/** 128 random bits as Kafka writes them; its parser takes none that begins with a dash. */
export const randomKafkaId = (): string => {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? randomKafkaId() : id;
};

export const keptDataFolder = async (folder: string): Promise<DataFolder> => {
  await mkdir(folder, { recursive: true });
  return layout(path.resolve(folder), false);
};

export const temporaryDataFolder = async (): Promise<DataFolder> =>
  layout(await mkdtemp(path.join(tmpdir(), 'event-pipeline-kafka-')), true);

/**
 * What `kafka-storage format` does, without the second that its JVM takes: meta.properties and the bootstrap
 * checkpoint of the distribution. A folder that is formatted stays as it is.
 */
export const formatDataFolder = async (
  { logFolder }: DataFolder,
  {
    nodeId,
    clusterId,
    distributionFolder,
  }: { nodeId: number; clusterId: string; distributionFolder: string },
): Promise<void> => {
  const metaProperties = path.join(logFolder, 'meta.properties');
  if (existsSync(metaProperties)) return;
  await mkdir(logFolder, { recursive: true });
  await copyFile(
    path.join(distributionFolder, 'bootstrap.checkpoint'),
    path.join(logFolder, 'bootstrap.checkpoint'),
  );
  const lines = [
    'version=1',
    `cluster.id=${clusterId}`,
    `node.id=${nodeId}`,
    `directory.id=${randomKafkaId()}`,
  ];
  // Last: its presence says that the folder is complete.
  await writeFile(metaProperties, `${lines.join('\n')}\n`);
};

export interface Holder {
  readonly pid: number;
  readonly port: number;
}

export const writeHolder = (data: DataFolder, holder: Holder): Promise<void> =>
  writeFile(data.holderFile, `${JSON.stringify(holder)}\n`);

/** The broker that uses this folder or did last; null where none ever did. */
export const readHolder = async (data: DataFolder): Promise<Holder | null> => {
  const text = await readFile(data.holderFile, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { pid, port } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof port === 'number' ? { pid, port } : null;
  } catch {
    return null;
  }
};

export const removeDataFolder = ({ folder }: DataFolder): Promise<void> =>
  // A JVM that was killed may still be closing files.
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
