//! membership-sqlite
