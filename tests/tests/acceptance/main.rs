//! What the product promises, walked through the HTTP API on SQLite and on Postgres; each test names its row.

mod bad_input;
mod operator;
mod people;
mod recovery;
mod s1;
mod seats;
mod second_factor;
mod x;
