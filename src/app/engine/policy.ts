/** Which hosts the site's own policy lets the page speak to; a request to any other fails as if there were no network. */

/** Whether a Content-Security-Policy lets scripts fetch from an origin. What it does not mention is allowed. */
export function allowsConnection(policy: string, origin: string, own: string): boolean {
  const rules = new Map(
    policy.split(';').map((rule) => {
      const [name = '', ...sources] = rule.trim().split(/\s+/);
      return [name.toLowerCase(), sources] as const;
    }),
  );
  const sources = rules.get('connect-src') ?? rules.get('default-src');
  if (!sources) return true;
  return sources.some((source) => (source === "'self'" ? origin === own : matches(source, new URL(origin))));
}

/** Host sources as CSP writes them: `https:`, `https://hub.example`, `https://*.hub.example`, `http://localhost:*`. */
function matches(source: string, { protocol, hostname, port }: URL): boolean {
  if (source === '*' || source === protocol) return true;
  const parts = /^(https?:)\/\/([^/:]+)(?::(\d+|\*))?$/.exec(source);
  if (!parts || parts[1] !== protocol) return false;
  const [, , name = '', wanted = ''] = parts;
  const host = name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
  return host && (wanted === '*' || wanted === port);
}

export function canReach(origin: string): boolean {
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
  return !policy || allowsConnection(policy, origin, window.location.origin);
}
