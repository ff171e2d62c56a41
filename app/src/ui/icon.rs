//! Line icons, 20 units square, drawn in the text's colour. Always decoration: the control that
//! holds one carries its own name.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    ArrowDown,
    ArrowUp,
    Check,
    ChevronLeft,
    ChevronRight,
    Close,
    Contrast,
    Copy,
    Dots,
    Keyboard,
    Menu,
    Pencil,
    People,
    Person,
    Pin,
    Plus,
    Repeat,
    Search,
    SignOut,
    Stop,
    Trash,
    Unpin,
}

impl Shape {
    /// Every one.
    #[cfg(feature = "ssr")]
    pub(crate) const ALL: [Self; 22] = [
        Self::ArrowDown,
        Self::ArrowUp,
        Self::Check,
        Self::ChevronLeft,
        Self::ChevronRight,
        Self::Close,
        Self::Contrast,
        Self::Copy,
        Self::Dots,
        Self::Keyboard,
        Self::Menu,
        Self::Pencil,
        Self::People,
        Self::Person,
        Self::Pin,
        Self::Plus,
        Self::Repeat,
        Self::Search,
        Self::SignOut,
        Self::Stop,
        Self::Trash,
        Self::Unpin,
    ];

    /// The drawing inside the frame.
    const fn strokes(self) -> &'static str {
        match self {
            Self::ArrowDown => r#"<path d="M10 4v12M5 11l5 5 5-5"/>"#,
            Self::ArrowUp => r#"<path d="M10 16V4M5 9l5-5 5 5"/>"#,
            Self::Check => r#"<path d="M4.5 10.5l3.5 3.5 7.5-8"/>"#,
            Self::ChevronLeft => r#"<path d="M12 5l-5 5 5 5"/>"#,
            Self::ChevronRight => r#"<path d="M8 5l5 5-5 5"/>"#,
            Self::Close => r#"<path d="M5 5l10 10M15 5L5 15"/>"#,
            Self::Contrast => {
                r#"<circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" stroke="none"/>"#
            }
            Self::Copy => {
                r#"<rect x="7" y="7" width="9" height="9" rx="2"/><path d="M13 4.5A1.5 1.5 0 0 0 11.5 3H5a2 2 0 0 0-2 2v6.5A1.5 1.5 0 0 0 4.5 13"/>"#
            }
            Self::Dots => {
                r#"<g fill="currentColor" stroke="none"><circle cx="4.5" cy="10" r="1.6"/><circle cx="10" cy="10" r="1.6"/><circle cx="15.5" cy="10" r="1.6"/></g>"#
            }
            Self::Keyboard => {
                r#"<rect x="2.5" y="5" width="15" height="10" rx="2"/><path d="M5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M7 12h6"/>"#
            }
            Self::Menu => r#"<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>"#,
            Self::Pencil => r#"<path d="M12.5 4.5l3 3L7 16l-3.5.5L4 13z"/>"#,
            Self::People => {
                r#"<circle cx="7.5" cy="7" r="2.8"/><path d="M2.5 16c.4-2.8 2.3-4.3 5-4.3s4.6 1.5 5 4.3M13 4.6a2.6 2.6 0 0 1 0 5M14.5 12c1.8.5 2.8 1.9 3 4"/>"#
            }
            Self::Person => {
                r#"<circle cx="10" cy="6.8" r="3"/><path d="M4 16.5c.5-3 2.8-4.7 6-4.7s5.5 1.7 6 4.7"/>"#
            }
            Self::Pin => r#"<path d="M7.5 3.5h5l-.7 4.7 2.7 2.8h-9l2.7-2.8zM10 11v5.5"/>"#,
            Self::Plus => r#"<path d="M10 4v12M4 10h12"/>"#,
            Self::Repeat => r#"<path d="M15.8 8A6.2 6.2 0 1 0 16.2 11.5M16.2 4v4h-4"/>"#,
            Self::Search => r#"<circle cx="9" cy="9" r="5.2"/><path d="M13 13l3.5 3.5"/>"#,
            Self::SignOut => {
                r#"<path d="M8 3.5H5a1.5 1.5 0 0 0-1.5 1.5v10A1.5 1.5 0 0 0 5 16.5h3M12.5 6.5L16 10l-3.5 3.5M16 10H8"/>"#
            }
            Self::Stop => {
                r#"<rect x="5" y="5" width="10" height="10" rx="2.2" fill="currentColor" stroke="none"/>"#
            }
            Self::Trash => {
                r#"<path d="M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5"/>"#
            }
            Self::Unpin => {
                r#"<path d="M7.5 3.5h5l-.7 4.7 2.7 2.8h-9l2.7-2.8zM10 11v5.5M4 4l12 12"/>"#
            }
        }
    }
}

impl Shape {
    /// The whole drawing, for nodes that are not made by a view.
    pub(crate) fn markup(self) -> String {
        let strokes = self.strokes();
        format!(r#"<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{strokes}</svg>"#)
    }
}

/// Draws `shape`.
#[component]
pub(crate) fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" inner_html=shape.strokes()></svg>
    }
}
