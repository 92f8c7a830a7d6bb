import { Page } from "../../ui/page.tsx";

export function ExplorerPage() {
  return (
    <Page title="Explorer" tabTitle="Explorer">
      <p>Explorer</p>
    </Page>
  );
}
