#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <stdexcept>

#include "print/fonts.hpp"

namespace liuhen::print {
namespace {

const FcChar8* as_fontconfig(const std::string& text) {
    return reinterpret_cast<const FcChar8*>(text.c_str());
}

}  // namespace

Typeface::Typeface(const std::string& file)
    : fonts_(std::make_unique<const Fonts>(Fonts{{FcConfigCreate(), {}}})) {
    if (FcConfigAppFontAddFile(fonts_->config.get(), as_fontconfig(file)) != FcTrue)
        throw std::runtime_error{"no font can be read from " + file};
}

Typeface::~Typeface() = default;

Object<PangoFontMap> Typeface::Fonts::map() const {
    Object<PangoFontMap> made{pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)};
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(made.get()), config.get());
    return made;
}

}  // namespace liuhen::print
