// An event as a file for calendars (RFC 5545).

const LONGEST_LINE = 70; // characters; at most 75 bytes for Latin text

const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
const compact = (date) => date.replaceAll("-", "");
const folded = (line) => line.match(new RegExp(`.{1,${LONGEST_LINE}}`, "gu")).join("\r\n ");

/** The day after a date. */
function dayAfter(date) {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

/** An event's days as one entry of a calendar.

    @param {{ id: string, name: string, startsOn: string, endsOn: string }} event
    @param {{ reference: string, place: string, description: string }} details
*/
export function calendarEntry(event, { reference, place, description }) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Breeze Lakes Point//Registration//EN",
    "BEGIN:VEVENT",
    `UID:${event.id}-${reference}@breeze-lakes-point`,
    `DTSTAMP:${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`,
    `DTSTART;VALUE=DATE:${compact(event.startsOn)}`,
    `DTEND;VALUE=DATE:${compact(dayAfter(event.endsOn))}`,
    `SUMMARY:${escaped(event.name)}`,
    ...(place ? [`LOCATION:${escaped(place)}`] : []),
    `DESCRIPTION:${escaped(description)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}
