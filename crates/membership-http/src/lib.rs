//! membership-http
