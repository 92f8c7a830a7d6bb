import { Page } from "../../ui/page.tsx";

export function TrafficPage() {
  return (
    <Page title="Traffic" tabTitle="Traffic">
      <p>Traffic</p>
    </Page>
  );
}
