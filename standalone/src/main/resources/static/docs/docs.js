const page = SwaggerUIBundle({
  url: '/v3/api-docs',
  dom_id: '#docs',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});

// One of the demo clients, so that "Authorize" takes two clicks; without a scope asked for, it is given all it has.
page.initOAuth({
  clientId: 'front-desk',
  clientSecret: 'front-desk-secret',
});
