import { Socket } from 'node:net'

/** Ports of this package's own servers on this machine, which are open to the tests that opened them. */
export const ownServers: Set<number> = new Set()

/** Whether a host may be reached although the run is sealed. Names of this machine are one: `localhost` is `127.0.0.1`. */
export function mayPass(allow: readonly string[], host: string, port: string | number): boolean {
  if (allow.length === 0 && ownServers.size === 0) return false
  const name = ownName(host)
  if (name === 'localhost' && ownServers.has(Number(port))) return true
  return allow.some((entry) => {
    const [, allowed = '', allowedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
    return ownName(allowed) === name && (allowedPort === undefined || allowedPort === String(port))
  })
}

const ownName = (host: string) =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|::ffff:127\..*)$/.test(host) ? 'localhost' : host

type Connect = (this: Socket, ...args: unknown[]) => Socket
type Write = (this: Socket, chunk: unknown, encoding: unknown, done: (error?: Error) => void) => void
type Writev = (this: Socket, chunks: unknown, done: (error?: Error) => void) => void

interface Target {
  readonly host?: string
  readonly port?: number | string
  readonly path?: string | null
}

/**
 * Lets no socket of this thread reach the network: none connects, and none that was connected before writes on. Pipes and
 * what a server of this process accepted are left alone.
 *
 * @param allowed Says whether a host may be reached.
 * @param refused Makes the error that the socket is destroyed with.
 * @returns the way back.
 */
export function seal(
  allowed: (host: string, port: string | number) => boolean,
  refused: (target: string) => Error,
): () => void {
  const sockets = Socket.prototype as unknown as { connect: Connect; _write: Write; _writev: Writev }
  const { connect, _write, _writev } = sockets

  sockets.connect = function (...args) {
    const { host = 'localhost', port = 0, path } = targetOf(args)
    if (typeof path === 'string' || allowed(host, port)) return connect.apply(this, args)
    // Later, as when a network refuses: who connects goes on with the socket at once.
    process.nextTick((error: Error) => this.destroy(error), refused(`${host}:${port}`))
    return this
  }

  const stopped = (socket: Socket) => {
    const { remoteAddress, remotePort = 0 } = socket
    const accepted = (socket as { server?: unknown }).server
    if (remoteAddress === undefined || (accepted !== undefined && accepted !== null)) return undefined
    return allowed(remoteAddress, remotePort) ? undefined : refused(`${remoteAddress}:${remotePort}`)
  }
  sockets._write = function (chunk, encoding, done) {
    const error = stopped(this)
    if (error === undefined) _write.call(this, chunk, encoding, done)
    else done(error)
  }
  sockets._writev = function (chunks, done) {
    const error = stopped(this)
    if (error === undefined) _writev.call(this, chunks, done)
    else done(error)
  }
  return () => Object.assign(sockets, { connect, _write, _writev })
}

// As `net.connect` takes them: (options), (path), (port, host), or all of it in one array.
function targetOf(args: unknown[]): Target {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[]
  if (typeof first === 'object' && first !== null) return first
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first }
  return { port: first as number | string, ...(typeof second === 'string' ? { host: second } : {}) }
}
