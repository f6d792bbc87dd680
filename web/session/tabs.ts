/** What one tab tells the others. */
export type TabMessage = 'signed-out' | 'signed-in' | 'team';

const channel = new BroadcastChannel('mediashelf');

export const tellTabs = (message: TabMessage): void => channel.postMessage(message);

/** Hears what another tab of this browser did; answers how to stop. */
export const hearTabs = (listener: (message: TabMessage) => void): (() => void) => {
  const hear = ({ data }: MessageEvent<TabMessage>): void => listener(data);
  channel.addEventListener('message', hear);
  return () => channel.removeEventListener('message', hear);
};
