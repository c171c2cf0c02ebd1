/** The page's policy. Scripts come from the site alone; `wasm-unsafe-eval` lets WASM be compiled and nothing else. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // Mantine writes its theme's variables into <style> elements, and Plotly sets style attributes.
  "style-src 'self' 'unsafe-inline'",
  // Models come from a hub and the hosts that it stores them at; mirrors of one's own run on this machine.
  "connect-src 'self' blob: data: https://huggingface.co https://*.huggingface.co https://*.hf.co http://localhost:* http://127.0.0.1:*",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
