// Preloaded into a producer: as it closes its port, it writes what /metrics says then to standard error.

import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const { close, closeAllConnections } = Server.prototype;

Server.prototype.closeAllConnections = () => undefined;
Server.prototype.close = function closeAfterLastLook(this: Server, closed?: (error?: Error) => void): Server {
  const { port } = this.address() as AddressInfo;
  void fetch(`http://127.0.0.1:${port}/metrics`)
    .then(async (answer) => process.stderr.write(await answer.text()))
    .finally(() => {
      close.call(this, closed);
      closeAllConnections.call(this);
    });
  return this;
};
