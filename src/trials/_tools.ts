import { object, tool } from './_parts.ts'

const text = { type: 'string' }

/** One argument, one purpose. */
export const getWeather = tool('get_weather', 'Tells the weather of a city.', object({ city: text }))

/** The weather in a unit, for asking of two cities at once. */
export const weatherIn = tool(
  'get_weather',
  'Tells the current weather in a city.',
  object({ city: text, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } }),
)
/** Asks for two calls of {@link weatherIn}. */
export const TWO_CITIES =
  'Compare the weather in Paris and in Tokyo, in celsius. Call the tool once for each city, both at once.'

/** Text, a choice and a list. */
export const createTicket = tool(
  'create_ticket',
  'Opens a ticket in the issue tracker.',
  object({
    title: text,
    priority: { type: 'string', enum: ['low', 'normal', 'high'] },
    labels: { type: 'array', items: text, minItems: 1 },
  }),
)
/** Asks for a call of {@link createTicket}. */
export const A_TICKET =
  "Open a high priority ticket titled 'Checkout returns 500' with the labels checkout and outage. Use the tool."

/** The schema of a tool's parameters. */
export const parametersOf = (of: typeof createTicket) => of.function.parameters
