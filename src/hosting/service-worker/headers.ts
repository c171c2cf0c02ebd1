/**
 * The headers that a static host does not send. With them the page is cross-origin isolated, which is what the browser
 * asks for before it gives WASM its threads (https://web.dev/articles/coop-coep), and workers get the page's policy.
 */
export function withIsolation(response: Response, contentSecurityPolicy: string): Response {
  // Opaque answers cannot be copied, and a Response cannot be built with a status outside 200…599.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  headers.set('Content-Security-Policy', contentSecurityPolicy);
  const bodyless = response.status === 204 || response.status === 304;
  return new Response(bodyless ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}
