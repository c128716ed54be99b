import { addressOf, type ResolvedProvider } from '../providers/resolve.ts'

interface Address {
  readonly provider: ResolvedProvider
  readonly origin: string
  /** Without a trailing slash. */
  readonly path: string
}

const read = new WeakMap<readonly ResolvedProvider[], Map<string, Address[]>>()

/**
 * Whose address a URL is: the provider with the longest base path that fits, else one of the same origin. Where several
 * share an address, such as models behind one gateway, it is the `preferred` one.
 */
export function providerAt(
  url: URL,
  providers: readonly ResolvedProvider[],
  preferred: string | undefined,
): ResolvedProvider | undefined {
  let addresses = read.get(providers)
  if (addresses === undefined)
    read.set(providers, (addresses = Map.groupBy(providers.flatMap(addressesOf), ({ origin }) => origin)))
  const { origin, pathname } = url
  let best: Address | undefined
  let most = 0
  for (const address of addresses.get(origin) ?? []) {
    const fits = fit(pathname, address)
    if (fits > most || (fits === most && address.provider.name === preferred)) [best, most] = [address, fits]
  }
  return best?.provider
}

function addressesOf(provider: ResolvedProvider): Address[] {
  const distinct = new Set([addressOf(provider), ...provider.declaredBaseURLs])
  return [...distinct].map((address) => {
    const { origin, pathname } = new URL(address)
    return { provider, origin, path: pathname.replace(/\/$/, '') }
  })
}

/** More for a longer common base path, and something for none. */
function fit(pathname: string, { path }: Address): number {
  return pathname === path || pathname.startsWith(`${path}/`) ? 2 + path.length : 1
}
