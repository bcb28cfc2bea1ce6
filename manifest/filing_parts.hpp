// What the checks of a form share; for the files of the form alone.
#pragma once

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

#include <string>
#include <string_view>

namespace liuhen::manifest {

/// Collects faults under a pointer prefix.
struct Sheet {
    std::string prefix;
    Refusals& faults;

    void add(std::string_view code, std::string_view field, std::string_view value = {}) {
        faults.push_back(refuse(code, prefix + "/" + std::string{field}, value));
    }
    void text(std::string_view field, std::string_view value, std::size_t least, std::size_t most) {
        if (value.empty()) return;
        const auto length = text_length(value);
        const bool blank = value.find_first_not_of(' ') == std::string_view::npos;
        if (!length || blank || *length < least || *length > most)
            add("FIELD_LENGTH", field, value);
    }
    void form(std::string_view field, std::string_view value, bool (*fits)(std::string_view)) {
        if (!value.empty() && !fits(value)) add("FIELD_FORMAT", field, value);
    }
};

/// Faults of the legs, and of the containers by themselves.
void leg_faults(const Filing& filing, Refusals& faults);
void container_faults(const Filing& filing, Refusals& faults);

}  // namespace liuhen::manifest
