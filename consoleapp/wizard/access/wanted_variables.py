"""Variables that well-known images want: without them their programs end at once, or are of no use.

A row is an image and what it wants; of the names in one pair of parentheses any one will do, and the first is offered.
Sources: the start script of each image, and its page on Docker Hub or of its maker under *Environment Variables*.
An image that starts without them, such as mysql/mysql-server, which makes a password and logs it, has no row.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from consoleapp.domain.image import ImageReference, ImageSource, source_of

_POSTGRES: Final = (("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"),)
_MYSQL: Final = (
    (
        "MYSQL_ROOT_PASSWORD",
        "MYSQL_ROOT_PASSWORD_FILE",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
    ),
)
_MARIADB: Final = (
    (
        "MARIADB_ROOT_PASSWORD",
        "MARIADB_ROOT_PASSWORD_FILE",
        "MARIADB_ROOT_PASSWORD_HASH",
        "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
        "MARIADB_RANDOM_ROOT_PASSWORD",
        *_MYSQL[0],
    ),
)
# Without one of them the server answers to nobody but its own host.
_CLICKHOUSE: Final = (
    (
        "CLICKHOUSE_PASSWORD",
        "CLICKHOUSE_PASSWORD_FILE",
        "CLICKHOUSE_USER",
        "CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT",
        "CLICKHOUSE_SKIP_USER_SETUP",
    ),
)
_ORACLE: Final = (("ORACLE_PASSWORD", "ORACLE_PASSWORD_FILE", "ORACLE_RANDOM_PASSWORD"),)
_EMPTY: Final = "ALLOW_EMPTY_PASSWORD"

Wanted = tuple[tuple[str, ...], ...]

# Docker's official images by their name, others by account and name; those of other registries by their whole address.
WANTED: Final[Mapping[str, Wanted]] = MappingProxyType(
    {
        "postgres": _POSTGRES,
        "mysql": _MYSQL,
        "mariadb": _MARIADB,
        "percona": _MYSQL,
        "clickhouse": _CLICKHOUSE,
        "arangodb": (
            (
                "ARANGO_ROOT_PASSWORD",
                "ARANGO_ROOT_PASSWORD_FILE",
                "ARANGO_RANDOM_ROOT_PASSWORD",
                "ARANGO_NO_AUTH",
            ),
        ),
        "couchdb": (("COUCHDB_USER",), ("COUCHDB_PASSWORD",)),
        "orientdb": (("ORIENTDB_ROOT_PASSWORD",),),
        "wordpress": (
            ("WORDPRESS_DB_HOST", "WORDPRESS_DB_HOST_FILE"),
            ("WORDPRESS_DB_PASSWORD", "WORDPRESS_DB_PASSWORD_FILE"),
        ),
        "joomla": (
            ("JOOMLA_DB_HOST",),
            ("JOOMLA_DB_PASSWORD", "JOOMLA_DB_PASSWORD_FILE", "JOOMLA_DB_PASSWORD_ALLOW_EMPTY"),
        ),
        "phpmyadmin": (("PMA_HOST", "PMA_HOSTS", "PMA_ARBITRARY"),),
        "mongo-express": (("ME_CONFIG_MONGODB_URL", "ME_CONFIG_MONGODB_SERVER"),),
        "kong": (("KONG_DATABASE", "KONG_PG_HOST"),),
        "odoo": (("HOST",), ("PASSWORD", "PASSWORD_FILE")),
        "ghost": (("database__connection__host", "database__client", "NODE_ENV"),),
        "rocket.chat": (("MONGO_URL",),),
        "teamspeak": (("TS3SERVER_LICENSE",),),
        "postgis/postgis": _POSTGRES,
        "timescale/timescaledb": _POSTGRES,
        "pgvector/pgvector": _POSTGRES,
        "clickhouse/clickhouse-server": _CLICKHOUSE,
        "gvenzl/oracle-free": _ORACLE,
        "gvenzl/oracle-xe": _ORACLE,
        "bitnami/postgresql": (("POSTGRESQL_PASSWORD", "POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD_FILE", _EMPTY),),
        "bitnami/mysql": (("MYSQL_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD_FILE", _EMPTY),),
        "bitnami/mariadb": (("MARIADB_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD_FILE", _EMPTY),),
        "bitnami/redis": (("REDIS_PASSWORD", "REDIS_PASSWORD_FILE", _EMPTY),),
        "bitnami/mongodb": (("MONGODB_ROOT_PASSWORD", "MONGODB_ROOT_PASSWORD_FILE", _EMPTY),),
        "bitnami/etcd": (("ETCD_ROOT_PASSWORD", "ALLOW_NONE_AUTHENTICATION"),),
        "bitnami/zookeeper": (("ZOO_SERVER_USERS", "ZOO_ENABLE_AUTH", "ALLOW_ANONYMOUS_LOGIN"),),
        "opensearchproject/opensearch": (
            ("OPENSEARCH_INITIAL_ADMIN_PASSWORD", "DISABLE_INSTALL_DEMO_CONFIG", "DISABLE_SECURITY_PLUGIN"),
        ),
        "dpage/pgadmin4": (
            ("PGADMIN_DEFAULT_EMAIL",),
            ("PGADMIN_DEFAULT_PASSWORD", "PGADMIN_DEFAULT_PASSWORD_FILE"),
        ),
        "confluentinc/cp-zookeeper": (("ZOOKEEPER_CLIENT_PORT",),),
        "confluentinc/cp-kafka": (("KAFKA_ADVERTISED_LISTENERS",),),
        "confluentinc/cp-schema-registry": (
            ("SCHEMA_REGISTRY_HOST_NAME",),
            ("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_KAFKASTORE_CONNECTION_URL"),
        ),
        "hasura/graphql-engine": (("HASURA_GRAPHQL_DATABASE_URL", "HASURA_GRAPHQL_METADATA_DATABASE_URL"),),
        "postgrest/postgrest": (("PGRST_DB_URI", "PGHOST"),),
        "itzg/minecraft-server": (("EULA",),),
        "datadog/agent": (("DD_API_KEY",),),
        "ngrok/ngrok": (("NGROK_AUTHTOKEN",),),
        # The terms since version 10.
        "splunk/splunk": (("SPLUNK_PASSWORD",), ("SPLUNK_START_ARGS",), ("SPLUNK_GENERAL_TERMS",)),
        "mcr.microsoft.com/mssql/server": (("ACCEPT_EULA",), ("MSSQL_SA_PASSWORD", "SA_PASSWORD")),
        "icr.io/db2_community/db2": (("LICENSE",), ("DB2INST1_PASSWORD",)),
        "quay.io/keycloak/keycloak": (
            ("KC_BOOTSTRAP_ADMIN_USERNAME", "KEYCLOAK_ADMIN"),
            ("KC_BOOTSTRAP_ADMIN_PASSWORD", "KEYCLOAK_ADMIN_PASSWORD"),
        ),
        "ghcr.io/umami-software/umami": (("DATABASE_URL",),),
    }
)


def wanted_by(reference: ImageReference) -> Wanted:
    """Return what the image wants, by its address alone; nothing for an image that is not in the table."""
    return WANTED.get(well_known_name(reference), ())


def well_known_name(reference: ImageReference) -> str:
    """Return what everybody calls the image: `postgres` for Docker's own and for ECI's copy of it."""
    source = source_of(reference)
    if source in (ImageSource.DOCKER_OFFICIAL, ImageSource.COMMON):
        return reference.path.partition("/")[2]
    return reference.path if source is ImageSource.DOCKER_HUB else f"{reference.registry_host}/{reference.path}"
