// What a page does with a browser's own WebSocket. The test calls each function in the page.
const sockets = {};

// Answers how the handshake ended, and keeps the socket under its name with everything that it receives.
const open = (name, url, protocols) =>
  new Promise((resolve) => {
    const socket = protocols ? new WebSocket(url, protocols) : new WebSocket(url);
    const said = [];
    sockets[name] = { socket, said };
    socket.onmessage = ({ data }) => said.push(JSON.parse(data));
    socket.onopen = () => resolve({ opened: true, protocol: socket.protocol });
    socket.onclose = ({ code }) => {
      sockets[name].closed = code;
      resolve({ opened: false, code });
    };
  });

const until = async (holds) => {
  for (const deadline = Date.now() + 15000; !holds(); ) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const ask = async (name, message) => {
  const { socket, said } = sockets[name];
  const id = `${message.action} ${said.length}`;
  socket.send(JSON.stringify({ ...message, id }));
  await until(() => said.some((each) => each.id === id));
  const { id: _, ...answer } = said.find((each) => each.id === id);
  return answer;
};

// What came after the answer to a resume, if there was one: what came before it is to be disregarded.
const events = (name, channel) => {
  const { said } = sockets[name];
  const resumed = said.findIndex(({ type, gap }) => type === 'ack' && gap !== undefined);
  return said.slice(resumed + 1).filter((each) => each.type === 'event' && each.channel === channel);
};
const heard = async (name, channel, filename) => {
  await until(() => events(name, channel).some(({ data }) => data.filename === filename));
  return events(name, channel).map(({ seq, event, data }) => ({ seq, event, filename: data.filename }));
};
const closed = async (name) => {
  await until(() => sockets[name].closed !== undefined);
  return sockets[name].closed;
};

const post = async (path, body, headers = {}) => {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()).data;
};

globalThis.client = { open, ask, heard, closed, post };
