import { Page } from "../../ui/page.tsx";

export function ServicePage() {
  return (
    <Page title="Service" tabTitle="Service">
      <p>Service</p>
    </Page>
  );
}
