#!/bin/sh
# Run once by PostgreSQL's image, as its superuser: the owner of the schema, who migrates it, and the application, which may
# do only what the migrations grant.
set -eu
# Neither on a command line, which others on the machine can read, nor in the server's log.
export OWNER_PASSWORD APP_PASSWORD
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_duration_sample = -1;
SET log_transaction_sample_rate = 0;
SET log_min_error_statement = 'panic';
CREATE ROLE patients_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE patients_app LOGIN PASSWORD :'app_password';
CREATE DATABASE patients OWNER patients_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE patients FROM PUBLIC;
GRANT CONNECT ON DATABASE patients TO patients_app;
SQL
