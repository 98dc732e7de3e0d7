/** Where events are forwarded to, taken apart once. */
export interface ForwardTarget {
  /** Scheme, host and port, as the HTTP client takes it. */
  readonly origin: string;
  /** Path and query, as they go on the request line. */
  readonly path: string;
  /** The value of the `authorization` header for credentials in the URL; null without any. */
  readonly authorization: string | null;
  /** What messages may call the target: no credentials, no path, no query. */
  readonly name: string;
}

/** Whether a text can be FORWARD_URL: an http or https URL, any user and password in it percent-encoded. */
export function isForwardUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

/** Takes a URL apart that `isForwardUrl` holds for. Throws for any other. */
export function forwardTarget(text: string): ForwardTarget {
  const url = new URL(text);
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    authorization: basicAuthorization(url),
    name: url.origin,
  };
}

/** Credentials as RFC 7617 has them, in UTF-8. */
function basicAuthorization({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}
