# SPDX-License-Identifier: MIT
"""Names and their order: every tensor of the recipe counts classes and scenes in this order."""

GEONS = ("cone", "cube", "cylinder", "sphere", "torus")
CONE, CUBE, CYLINDER, SPHERE, TORUS = range(5)

SCENES = ("office", "livingroom", "warehouse", "greenhouse")
REJECT = "none"
"""The classifier's fifth answer: geons that make up no scene. Never reported, so never in a manifest."""

GEON_DISPLAY = {
    "cone": {"en": "Cone", "ru": "Конус"},
    "cube": {"en": "Cube", "ru": "Куб"},
    "cylinder": {"en": "Cylinder", "ru": "Цилиндр"},
    "sphere": {"en": "Sphere", "ru": "Сфера"},
    "torus": {"en": "Torus", "ru": "Тор"},
}
SCENE_DISPLAY = {
    "office": {"en": "Office", "ru": "Офис"},
    "livingroom": {"en": "Living room", "ru": "Гостиная"},
    "warehouse": {"en": "Warehouse", "ru": "Склад"},
    "greenhouse": {"en": "Greenhouse", "ru": "Теплица"},
}

KINDS = ("loose", "built", "furnished")
"""Kinds of pictures: loose geons, scenes built of geons, furnished rooms."""
