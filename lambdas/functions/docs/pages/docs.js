/* global SwaggerUIBundle */
// Paths are relative, so that the page works behind any prefix. The key that is typed in stays in memory.
// Swagger UI has a dark form, but leaves it to the page to choose it.
const isDark = matchMedia('(prefers-color-scheme: dark)');
const applyScheme = () => document.documentElement.classList.toggle('dark-mode', isDark.matches);
isDark.addEventListener('change', applyScheme);
applyScheme();

SwaggerUIBundle({
  url: new URL('v1/openapi.json', location.href).href,
  dom_id: '#ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
});
