//! membership-tests
