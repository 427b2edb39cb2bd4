import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv*/", "build/", "dist/", "reports/", "site/"] },
  js.configs.recommended,
  { languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser } },
  {
    // Each file is one function, which Python sends into a page with its arguments, so nothing is imported there.
    files: ["grokbatch/site/**/*.js"],
    rules: { "no-unused-expressions": "off" },
  },
  { rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] } },
];
