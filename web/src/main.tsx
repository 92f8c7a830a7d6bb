import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./app/fonts.css";
import "./app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "./app/providers.tsx";
import { watchServiceColors } from "./ui/service-color.ts";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no element #root");
watchServiceColors();
createRoot(place).render(
  <StrictMode>
    <Providers />
  </StrictMode>,
);
