#!/bin/sh
# Before anybody serves: the password file of the database client, migrations, static files.
set -eu
umask 077
printf 'database:*:console:console:%s\n' "$(cat /run/secrets/database)" > /data/pgpass
python manage.py migrate --no-input
python manage.py collectstatic --no-input --clear --verbosity 0
python manage.py check --database default
