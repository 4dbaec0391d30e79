//! Databases on the throw-away Postgres that `cargo xtask test` starts.

use sqlx::{Connection, PgConnection};

/// The server that tests may use.
pub fn server() -> String {
    std::env::var("MEMBERSHIP_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("MEMBERSHIP_TEST_POSTGRES is not set: `cargo xtask test` starts a Postgres and sets it");
    })
}

/// The address of a new, empty database. It goes with the server, which is deleted when the tests end.
pub async fn fresh_database() -> String {
    let server = server();
    let name = format!("t{}", uuid::Uuid::from_u128(rand_bits()).simple());
    let mut connection = PgConnection::connect(&server).await.expect("the throw-away Postgres answers");
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.expect("a database is made");
    connection.close().await.expect("the connection closes");
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (before, _) = address.rsplit_once('/').expect("an address with a database");
    format!("{before}/{name}?{options}")
}

fn rand_bits() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    u128::from_ne_bytes(bytes)
}
