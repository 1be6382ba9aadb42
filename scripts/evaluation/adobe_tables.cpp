// Adobe's own DNG SDK as the judge of an enhanced profile's RGB table, for comparison.
//
//   adobe_tables decode TEXT.txt                 prints fingerprint, divisions, primaries, gamma, gamut, least, most, a sum over
//                                                the samples, and 1 where the SDK writes the same text again
//   adobe_tables find PACKET.xmp PATH            looks up the table that crs:PATH names, with the packet's own tables; prints
//                                                its fingerprint, or nothing
//   adobe_tables draw TEXT.txt AMOUNT IN OUT     float32 triples of linear ProPhoto light, with the table drawn on them
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>
#include "dng_big_table.h"
#include "dng_exceptions.h"
#include "dng_host.h"
#include "dng_memory.h"
#include "dng_pixel_buffer.h"
#include "dng_xmp.h"
#include "dng_xmp_sdk.h"

static std::string read_file(const char *path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

static std::string name_of(const dng_fingerprint &fingerprint) {
  char digits[33] = {0};
  fingerprint.ToUtf8HexString(digits);
  return digits;
}

// The packet's own tables, where a real program would also have the installed profiles'.
class PacketTables : public dng_big_table_storage {
 public:
  explicit PacketTables(dng_big_table_dictionary &tables) : tables_(tables) {}
  bool ReadTable(dng_big_table &table, const dng_fingerprint &wanted, dng_memory_allocator &) override {
    dng_ref_counted_block block;
    if (!tables_.GetTable(wanted, block)) return false;
    dng_host host;
    return table.DecodeFromBinary(host, block.Buffer_uint8(), block.LogicalSize());
  }

 private:
  dng_big_table_dictionary &tables_;
};

static bool parse(dng_host &host, const char *path, dng_rgb_table &table) {
  dng_string text;
  text.Set(read_file(path).c_str());
  return table.DecodeFromString(host, text);
}

static int decode(dng_host &host, const char *path) {
  dng_rgb_table table;
  if (!parse(host, path, table)) return fprintf(stderr, "not a table\n"), 2;
  AutoPtr<dng_memory_block> again(table.EncodeAsString(host.Allocator()));
  const uint32 count = table.Divisions() * table.Divisions() * table.Divisions();
  unsigned long long sum = 0;
  for (uint32 i = 0; i < count; i++)
    for (int channel = 0; channel < 3; channel++) sum = sum * 31 + table.Samples()[i * 4 + channel];
  printf("%s %u %d %d %d %g %g %llu %d\n", name_of(table.Fingerprint()).c_str(), table.Divisions(), int(table.Primaries()),
         int(table.Gamma()), int(table.Gamut()), table.MinAmount(), table.MaxAmount(), sum,
         read_file(path) == again->Buffer_char());
  return 0;
}

static int find(dng_host &host, const char *path, const char *property) {
  const std::string packet = read_file(path);
  dng_xmp xmp(host.Allocator());
  dng_big_table_dictionary tables;
  DualParseXMP(host, xmp, tables, packet.data(), uint32(packet.size()));
  PacketTables storage(tables);
  dng_rgb_table table;
  if (table.ReadFromXMP(xmp, XMP_NS_CRS, property, storage)) printf("%s\n", name_of(table.Fingerprint()).c_str());
  return 0;
}

static int draw(dng_host &host, char **words) {
  dng_rgb_table table;
  if (!parse(host, words[2], table)) return fprintf(stderr, "not a table\n"), 2;
  table.SetAmount(atof(words[3]));
  const std::string given = read_file(words[4]);
  const size_t count = given.size() / 12;
  const real32 *light = reinterpret_cast<const real32 *>(given.data());
  std::vector<real32> planes(count * 3);
  for (size_t i = 0; i < count * 3; i++) planes[(i % 3) * count + i / 3] = light[i];
  dng_rgb_to_rgb_table_data data(host, table);
  dng_pixel_buffer buffer;
  buffer.fArea = dng_rect(0, 0, 1, int32(count));
  buffer.fPlane = 0;
  buffer.fPlanes = 3;
  buffer.fRowStep = int32(count);
  buffer.fColStep = 1;
  buffer.fPlaneStep = int32(count);
  buffer.fPixelType = ttFloat;
  buffer.fPixelSize = sizeof(real32);
  buffer.fData = planes.data();
  data.Process_32(buffer, nullptr, 0, buffer.fArea, 0, false);
  std::ofstream out(words[5], std::ios::binary);
  for (size_t i = 0; i < count * 3; i++) out.write(reinterpret_cast<char *>(&planes[(i % 3) * count + i / 3]), sizeof(real32));
  return 0;
}

int main(int count, char **words) {
  dng_xmp_sdk::InitializeSDK();
  dng_host host;
  try {
    if (count == 3 && !strcmp(words[1], "decode")) return decode(host, words[2]);
    if (count == 4 && !strcmp(words[1], "find")) return find(host, words[2], words[3]);
    if (count == 6 && !strcmp(words[1], "draw")) return draw(host, words);
  } catch (const dng_exception &error) {
    fprintf(stderr, "DNG SDK error %d\n", int(error.ErrorCode()));
    return 3;
  }
  return fprintf(stderr, "usage: see the head of adobe_tables.cpp\n"), 1;
}
