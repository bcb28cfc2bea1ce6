// The typeface in Pango's terms. No header that others of the house include names Pango or Cairo.
#pragma once

#include <fontconfig/fontconfig.h>
#include <memory>
#include <pango/pango.h>

#include "print/typeface.hpp"

namespace liuhen::print {

/// Gives back what GLib's libraries made.
struct FreeObject {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Object = std::unique_ptr<T, FreeObject>;

struct Typeface::Fonts {
    struct FreeConfig {
        void operator()(FcConfig* config) const { FcConfigDestroy(config); }
    };
    std::unique_ptr<FcConfig, FreeConfig> config;

    /// For one thread and one print.
    [[nodiscard]] Object<PangoFontMap> map() const;
};

}  // namespace liuhen::print
