import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

/** Keeps a fault in one panel from taking the page with it. */
export class Guard extends Component<
  { readonly what: string; readonly children: ReactNode },
  { fault: string | null }
> {
  override state: { fault: string | null } = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <section className="card" role="alert">
        <p style={{ margin: '0 0 8px' }}>
          {this.props.what} could not be shown ({fault}). The rest of the page works on.
        </p>
        <Button size="compact-sm" variant="default" onClick={() => this.setState({ fault: null })}>
          Try again
        </Button>
      </section>
    );
  }
}
