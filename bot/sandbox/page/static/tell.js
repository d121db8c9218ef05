/** Tells the server of a deed; see deeds.py. */
export function tell(deed) {
  window.emitEvent("sandbox", deed);
}
