import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** From the shallows to the deep. */
const shoal: MantineColorsTuple = [
  "#e4f8fb",
  "#d2edf3",
  "#a9dae5",
  "#7cc6d6",
  "#58b5c9",
  "#3fa9c1",
  "#2da2bc",
  "#178ca4",
  "#047d94",
  "#006c82",
];

/** The dark surfaces: a little blue, so that they belong to the rest. */
const dark: MantineColorsTuple = [
  "#d5dbe1",
  "#b4bdc7",
  "#8f9ba8",
  "#65717e",
  "#3a444f",
  "#2b343d",
  "#212930",
  "#181f25",
  "#12181d",
  "#0c1115",
];

/** The meaning of each colour name; its tokens in global.css can be read on both themes, which Mantine's cannot. */
const MEANINGS: Readonly<Record<string, string>> = {
  red: "bad",
  orange: "warn",
  yellow: "warn",
  teal: "ok",
  green: "ok",
  blue: "info",
  gray: "idle",
};

const variantColorResolver: VariantColorsResolver = (input) => {
  const known = defaultVariantColorsResolver(input);
  const meaning = MEANINGS[String(input.color)];
  if (meaning === undefined) return known;
  if (input.variant === "light") {
    const background = `var(--shoal-${meaning}-surface)`;
    return { ...known, background, hover: background, color: `var(--shoal-${meaning})` };
  }
  if (input.variant === "filled" && meaning === "bad") {
    return { ...known, background: "var(--shoal-bad-strong)", hover: "var(--shoal-bad-strong)", color: "#ffffff" };
  }
  return known;
};

/** Dense, because the screen is a tool: text 14 px, tables 13 px, spacing in steps of 4 px. */
export const theme = createTheme({
  primaryColor: "shoal",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  // The dark theme's own colour lies just below the default: white on it cannot be read.
  luminanceThreshold: 0.25,
  variantColorResolver,
  colors: { shoal, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  defaultRadius: "sm",
  cursorType: "pointer",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "16px" }, h3: { fontSize: "14px" } },
  },
  components: {
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } }, styles: { title: { fontWeight: 600 } } },
    Table: { defaultProps: { fz: "sm", verticalSpacing: 6 } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, fz: "xs" } },
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Autocomplete: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    Select: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    MultiSelect: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" }, styles: { label: { paddingInline: 10 } } },
    Badge: { defaultProps: { size: "sm", variant: "light", tt: "none", fw: 500, fz: 11 } },
  },
});
