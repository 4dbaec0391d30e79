//! What the product promises, walked through the HTTP API on SQLite and on Postgres; each test names its row.

mod bad_input;
mod identity;
mod issuer_keys;
mod keys;
mod limits;
mod operator;
mod passwords;
mod people;
mod recovery;
mod s0;
mod s1;
mod s2_import;
mod s3;
mod s3_seats;
mod seats;
mod second_factor;
mod setup;
mod x;
