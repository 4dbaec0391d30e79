//! Databases on the throw-away Postgres that `cargo xtask test` starts.

use membership_core::port::Random;
use membership_core::system::SystemRandom;
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
    let random = SystemRandom::new().expect("the system has randomness");
    let name = format!("t{}", random.id().simple());
    let mut connection = PgConnection::connect(&server).await.expect("the throw-away Postgres answers");
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.expect("a database is made");
    connection.close().await.expect("the connection closes");
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (before, _) = address.rsplit_once('/').expect("an address with a database");
    format!("{before}/{name}?{options}")
}
