#include "server/json/nfc.hpp"

#include <algorithm>
#include <stdexcept>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

namespace liuhen::server {
namespace {

std::string normalized(std::string_view text,
                       const icu::Normalizer2* (*instance)(UErrorCode& error)) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* const form = instance(error);
    std::string result;
    icu::StringByteSink<std::string> sink{&result};
    const icu::StringPiece source{text.data(), static_cast<std::int32_t>(text.size())};
    if (U_SUCCESS(error)) form->normalizeUTF8(0, source, sink, nullptr, error);
    if (U_FAILURE(error)) throw std::runtime_error{u_errorName(error)};
    return result;
}

}  // namespace

std::string composed(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(text.begin(), text.end(), is_ascii)) return std::string{text};
    return normalized(text, &icu::Normalizer2::getNFCInstance);
}

std::string folded(std::string_view text) {
    return normalized(text, &icu::Normalizer2::getNFKCCasefoldInstance);
}

}  // namespace liuhen::server
