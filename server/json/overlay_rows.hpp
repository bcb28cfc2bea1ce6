// The marks beside the state, by their names in the document.
#pragma once

#include "manifest/manifest.hpp"

#include <optional>

namespace liuhen::server {

struct OverlayRow {
    const char* name;
    std::optional<manifest::Mark> manifest::Overlays::*mark;
};
inline constexpr OverlayRow overlay_rows[] = {
    {"held", &manifest::Overlays::held},
    {"receipt_overdue", &manifest::Overlays::receipt_overdue},
    {"difference", &manifest::Overlays::difference},
    {"revision_pending", &manifest::Overlays::revision_pending},
    {"late_backfill", &manifest::Overlays::late_backfill},
};

}  // namespace liuhen::server
