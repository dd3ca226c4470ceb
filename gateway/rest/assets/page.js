// Shows the OpenAPI document of this installation. The validator is another company's service: it stays off.
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "/openapi.json",
    domNode: document.getElementById("docs"),
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
  });
});
