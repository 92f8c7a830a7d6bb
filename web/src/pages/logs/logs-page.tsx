import { Page } from "../../ui/page.tsx";

export function LogsPage() {
  return (
    <Page title="Logs" tabTitle="Logs">
      <p>Logs</p>
    </Page>
  );
}
