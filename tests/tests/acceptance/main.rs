//! What the product promises, walked through the HTTP API on SQLite and on Postgres; each test names its row.

mod backup;
mod bad_input;
mod hazards;
mod identity;
mod issuer_keys;
mod keys;
mod limits;
mod operator;
mod passkeys;
mod passwords;
mod people;
mod recovery;
mod s0;
mod s1;
mod s2_batch;
mod s2_dates;
mod s2_exports;
mod s2_groups;
mod s3;
mod s3_seats;
mod s4;
mod seats;
mod second_factor;
mod setup;
mod templates;
mod x;
