import { Page } from "../../ui/page.tsx";

export function TracesPage() {
  return (
    <Page title="Traces" tabTitle="Traces">
      <p>Traces</p>
    </Page>
  );
}
