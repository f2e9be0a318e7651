#!/bin/sh
# Run once by PostgreSQL's image, as its superuser: the owner of the schema, who migrates it, and the application, which may
# do only what the migrations grant.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE patients_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE patients_app LOGIN PASSWORD :'app_password';
CREATE DATABASE patients OWNER patients_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE patients FROM PUBLIC;
GRANT CONNECT ON DATABASE patients TO patients_app;
SQL
