import { Page } from "../../ui/page.tsx";

export function TracePage() {
  return (
    <Page title="Trace" tabTitle="Trace">
      <p>Trace</p>
    </Page>
  );
}
