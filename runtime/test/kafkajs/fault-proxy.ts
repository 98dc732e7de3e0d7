import { onTestFinished } from 'vitest';
import { startFaultProxy, type ProxiedRequest } from '../../../broker/src/fault-proxy.ts';
import type { FaultProxy as BareFaultProxy } from '../../../broker/src/fault-proxy.ts';

export interface FaultProxy extends BareFaultProxy {
  /** Each request so far. */
  readonly requests: readonly ProxiedRequest[];
}

/** A proxy in front of a broker that goes with the test. */
export async function faultProxy(broker: string): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const proxy = await startFaultProxy(broker, (request) => void requests.push(request));
  onTestFinished(async () => await proxy.shut());
  return Object.assign(proxy, { requests });
}
