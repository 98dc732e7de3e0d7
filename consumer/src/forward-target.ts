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

/** Takes an http or https URL apart. Throws a TypeError for what is no URL. */
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
  const credentials = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

/** A password with a percent sign of its own is easily written unencoded: then it is meant as it stands. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
