export function ServiceMap() {
  return <p>Map</p>;
}
