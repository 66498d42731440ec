import bars from "./bars.json";

export default function Chart() {
  return (
    <svg id="chart" width="240" height="100" role="img" aria-label="Chart">
      {bars.map((height, index) => (
        <rect key={index} x={index * 48} y={100 - height} width={40} height={height} fill="var(--ks-accent)" />
      ))}
    </svg>
  );
}
