//! The browser's clock and calendar.

use crate::chat::group_by_day::utc_day;

/// Milliseconds in a minute.
const MINUTE_MS: f64 = 60_000.0;

/// Now, in milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> i64 {
    whole(js_sys::Date::now())
}

/// Number of the day a moment belongs to where the browser is.
pub(crate) fn local_day(ms: i64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "dates stay far below 2^53 ms")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(ms as f64));
    utc_day(ms - whole(date.get_timezone_offset() * MINUTE_MS))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "dates stay far below 2^53 ms"
)]
const fn whole(ms: f64) -> i64 {
    ms as i64
}
