import { Button, Collapse, PasswordInput, TextInput } from '@mantine/core';
import { useId, useState } from 'react';

/** Any model of a hub by its id; with what a gated model or another hub needs. */
export function HubForm(props: {
  readonly wanted: string;
  readonly token: string;
  readonly host: string;
  readonly busy: boolean;
  readonly onWanted: (wanted: string) => void;
  readonly onToken: (token: string) => void;
  /** Returns what is wrong with the address, or null when it was taken. */
  readonly onHost: (host: string) => string | null;
  readonly onSubmit: () => void;
}) {
  const { wanted, token, host, busy, onWanted, onToken, onHost, onSubmit } = props;
  const [more, setMore] = useState(token !== '');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className="hub-field">
        <TextInput
          label="Any model of the Hub"
          placeholder="organisation/name, name@revision, or the address of its page"
          autoComplete="off"
          spellCheck={false}
          maxLength={400}
          value={wanted}
          onChange={(event) => onWanted(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={wanted.trim() === ''} loading={busy}>
          Look up
        </Button>
      </div>
      <div>
        <Button
          variant="transparent"
          size="compact-xs"
          px={0}
          aria-expanded={more}
          onClick={() => setMore((shown) => !shown)}
        >
          {more ? 'Hide access token and address' : 'Access token, other hub…'}
        </Button>
        <Collapse expanded={more}>
          <div className="editor-columns" style={{ paddingTop: 6 }}>
            <TokenField token={token} host={host} onToken={onToken} />
            <HostField key={host} host={host} onHost={onHost} />
          </div>
        </Collapse>
      </div>
    </form>
  );
}

/** For gated models. */
export function TokenField(props: {
  readonly token: string;
  readonly host: string;
  readonly onToken: (token: string) => void;
}) {
  return (
    <PasswordInput
      label="Access token"
      description={`For gated models. Kept until this page closes, saved nowhere, sent to ${nameOfHost(props.host)} only.`}
      placeholder="hf_…"
      autoComplete="off"
      maxLength={400}
      value={props.token}
      onChange={(event) => props.onToken(event.currentTarget.value)}
    />
  );
}

function HostField({ host, onHost }: { readonly host: string; readonly onHost: (host: string) => string | null }) {
  const [text, setText] = useState(host);
  const [problem, setProblem] = useState<string | null>(null);
  const hint = useId();
  return (
    <TextInput
      id={hint}
      label="Hub’s address"
      description="A mirror, or a server of your own that answers as the Hub does."
      spellCheck={false}
      autoComplete="off"
      maxLength={400}
      value={text}
      error={problem}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => setProblem(onHost(text))}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        setProblem(onHost(text));
      }}
    />
  );
}

export function nameOfHost(host: string): string {
  return host.replace(/^https?:\/\//, '');
}
