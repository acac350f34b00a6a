/** The broker cannot be used as it is set up: whoever starts the server is told, in one line. */
export class BrokerStartError extends Error {
  override readonly name = 'BrokerStartError';
}
