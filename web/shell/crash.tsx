import { Component, type ReactNode } from 'react';
import { WordsCrash } from './crash-page.tsx';

interface State {
  readonly error: unknown;
}

/** Shows a page in place of one that broke; a new release that removed a file of this one leads to one reload. */
export class Crash extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <WordsCrash error={this.state.error} />;
  }
}
