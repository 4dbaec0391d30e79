//! The server: settings, wiring and the command line around the membership service.

pub mod app;
pub mod audit;
pub mod backup;
pub mod cli;
pub mod config;
pub mod demo;
pub mod import;
pub mod importer;
pub mod keys;
pub mod metrics;
pub mod operator;
pub mod passwords;
pub mod rules_page;
pub mod serve;
pub mod stores;
pub mod sweeper;
