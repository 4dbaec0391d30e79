//! Tests of the whole: acceptance by mission row, every store against the contract, and the pages in a real browser.

pub mod authenticator;
pub mod axe;
pub mod browser;
pub mod caller;
pub mod client;
pub mod deployment;
pub mod gallery;
pub mod identity_provider;
pub mod killed_import;
pub mod large_organization;
pub mod large_roster;
pub mod mail_server;
pub mod passwords;
pub mod postgres;
pub mod process;
pub mod race;
pub mod story;
pub mod timing;
pub mod visitor;

/// The program in `docs/embedding.md`, compiled and run as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding.md")]
mod embedding {}

/// Runs each of these tests, functions that take a [`deployment::Deployment`], on SQLite and on Postgres.
#[macro_export]
macro_rules! on_every_store {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::deployment::Deployment::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::deployment::Deployment::postgres().await).await;
            })*
        }
    };
}

/// The program in the README, compiled and run as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
