//! membership-postgres
